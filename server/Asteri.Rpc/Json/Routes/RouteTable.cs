namespace Asteri.Rpc.Json.Routes;

/// <summary>
/// Finds the route of a request: a tree by segments, literals before "*" before "**". Two routes that fit the same path are served only when one
/// of them is narrower at every segment, so the answer never depends on the order of the files.
/// </summary>
internal sealed class RouteTable
{
    private const int MaxSegments = 128;
    private readonly Node _root = new();
    private readonly HashSet<string> _firstSegments;

    /// <exception cref="InvalidOperationException">Two routes fit the same requests.</exception>
    public RouteTable(IReadOnlyList<Route> routes)
    {
        Routes = routes;
        for (int i = 0; i < routes.Count; i++)
        {
            for (int j = 0; j < i; j++) { RefuseConflict(routes[j], routes[i]); }
            Insert(routes[i]);
        }

        _firstSegments = [.. routes.Select(r => r.Template.Segments[0])];
    }

    public IReadOnlyList<Route> Routes { get; }

    /// <summary>
    /// True when the first segment of the path is one of ours, so that a path below it that has no route is an error and not somebody else's.
    /// </summary>
    public bool Owns(ReadOnlySpan<char> path)
    {
        var first = path[1..];
        int slash = first.IndexOf('/');
        return _firstSegments.GetAlternateLookup<ReadOnlySpan<char>>().Contains(slash < 0 ? first : first[..slash]);
    }

    /// <summary>
    /// The route of a raw path (percent-encoded, without its query), or null. <paramref name="verbAt"/> is where the path ends and ":verb"
    /// begins.
    /// </summary>
    public Route? Find(string httpMethod, string path, out int verbAt) => Find(new Search(path, httpMethod, null), out verbAt);

    /// <summary>The HTTP methods that this path has routes for.</summary>
    public IReadOnlyList<string> AllowedMethods(string path)
    {
        var allowed = new SortedSet<string>(StringComparer.Ordinal);
        Find(new Search(path, "", allowed), out _);
        return [.. allowed];
    }

    private Route? Find(in Search search, out int verbAt)
    {
        verbAt = search.Path.Length;
        if (!IsPlain(search.Path)) { return null; }
        int colon = search.Path.LastIndexOf(':');
        if (colon > search.Path.LastIndexOf('/') + 1 && IsPlain(search.Path.AsSpan(0, colon)))
        {
            var withVerb = search with { End = colon };
            if (Walk(_root, 1, withVerb) is { } route)
            {
                verbAt = colon;
                return route;
            }
        }

        return Walk(_root, 1, search with { End = search.Path.Length });
    }

    /// <summary>Segments that are empty or dots are no names: what a proxy or a client folds away must not mean something else here.</summary>
    private static bool IsPlain(ReadOnlySpan<char> path)
    {
        if (!path.StartsWith('/') || path.Count('/') > MaxSegments) { return false; }
        var segments = path[1..];
        foreach (var range in segments.Split('/'))
        {
            if (IsFolded(segments[range])) { return false; }
        }

        return true;
    }

    /// <summary>Six characters hold two dots, both percent-encoded.</summary>
    private static bool IsFolded(ReadOnlySpan<char> segment) =>
        segment is "" or "." or ".." || (segment.Length <= 6 && segment.Contains('%') && Uri.UnescapeDataString(segment) is ("." or ".."));

    /// <summary>
    /// Goes down from <paramref name="node"/> with the path from <paramref name="start"/> on. A node is at one depth, so none is visited twice.
    /// </summary>
    private static Route? Walk(Node node, int start, in Search search)
    {
        if (start > search.End) { return node.Closed.Find(search); }
        int slash = search.Path.AsSpan(start, search.End - start).IndexOf('/');
        int end = slash < 0 ? search.End : start + slash;
        var segment = search.Path.AsSpan(start, end - start);
        Route? found = null;
        var name = segment.Contains('%') ? Uri.UnescapeDataString(segment) : segment;
        if (node.Literals.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var literal))
        {
            found = Walk(literal, end + 1, search);
        }

        found ??= node.Star is { } star ? Walk(star, end + 1, search) : null;
        return found ?? node.Open.Find(search);
    }

    private void Insert(Route route)
    {
        var node = _root;
        foreach (string segment in route.Template.Segments)
        {
            if (segment == "**") { break; }
            node = segment == "*" ? node.Star ??= new() : node.Literal(segment);
        }

        (route.Template.EndsOpen ? node.Open : node.Closed).Add(route);
    }

    private static void RefuseConflict(Route a, Route b)
    {
        if (a.HttpMethod != b.HttpMethod || !a.Template.Overlaps(b.Template)) { return; }
        bool aWithin = a.Template.IsWithin(b.Template);
        bool bWithin = b.Template.IsWithin(a.Template);
        if (aWithin == bWithin)
        {
            throw new InvalidOperationException(
                $"{a} of {a.Method.Descriptor.FullName} and {b} of {b.Method.Descriptor.FullName} fit the same requests; change one of the paths.");
        }
    }

    /// <summary>
    /// What is looked for. With <paramref name="Allowed"/> nothing is found, and the methods of every route that fits are collected.
    /// </summary>
    private readonly record struct Search(string Path, string HttpMethod, SortedSet<string>? Allowed)
    {
        public int End { get; init; }

        /// <summary>The verb of the path; empty without one.</summary>
        public ReadOnlySpan<char> Verb => End < Path.Length ? Path.AsSpan(End + 1) : default;
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Literals { get; } = [];

        public Node? Star { get; set; }

        /// <summary>Routes that end here.</summary>
        public Ends Closed { get; } = new();

        /// <summary>Routes that go on with "**".</summary>
        public Ends Open { get; } = new();

        public Node Literal(string segment)
        {
            if (!Literals.TryGetValue(segment, out var next)) { Literals[segment] = next = new(); }
            return next;
        }
    }

    /// <summary>The routes of one path, a few: by verb and HTTP method.</summary>
    private sealed class Ends
    {
        private readonly List<Route> _routes = [];

        public void Add(Route route) => _routes.Add(route);

        public Route? Find(in Search search)
        {
            Route? any = null;
            foreach (var route in _routes)
            {
                if (!search.Verb.SequenceEqual(route.Template.Verb)) { continue; }
                search.Allowed?.Add(route.HttpMethod);
                if (search.Allowed is not null) { continue; }
                if (route.HttpMethod == search.HttpMethod) { return route; }
                if (route.HttpMethod == "*") { any = route; }
            }

            return any;
        }
    }
}
