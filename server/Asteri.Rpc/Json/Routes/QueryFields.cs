using Asteri.Rpc.Calls;
using Asteri.Rpc.Json.Messages;

namespace Asteri.Rpc.Json.Routes;

/// <summary>
/// Which fields of a request a query may set, and under which names: "pageSize" or "page_size", "read.wait" for a field inside a message.
/// </summary>
internal static class QueryFields
{
    /// <summary>Messages inside messages that a name may lead through, the field itself included.</summary>
    public const int MaxDepth = 8;

    /// <summary>The way to the field of this name.</summary>
    /// <param name="route">The route, which says what its path and body set already.</param>
    /// <param name="name">The name of the parameter, decoded.</param>
    /// <param name="seen">What the query has set so far; added to.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT that names the parameter.</exception>
    public static IReadOnlyList<FieldSchema> Resolve(Route route, string name, HashSet<string> seen)
    {
        var way = new List<FieldSchema>(2);
        var message = route.Request;
        foreach (var part in name.AsSpan().Split('.'))
        {
            if (way.Count == MaxDepth) { throw RpcException.Invalid(name, $"leads through more than {MaxDepth} messages"); }
            if (way.Count > 0) { message = Inside(way[^1], name); }
            way.Add(message.Find(name.AsSpan()[part]) ?? throw Unknown(route, name));
        }

        RefuseElsewhere(route, way, name);
        RefuseShape(way[^1], name);
        RefuseTwice(way, name, seen);
        return way;
    }

    /// <summary>True when a query can set this field with one text.</summary>
    public static bool IsText(FieldSchema field) =>
        !field.IsMap && (field.Message is not { } message || message.Form == WellKnownForm.Wrapper || WellKnownText.IsText(message.Form));

    /// <summary>True when the path or the body of the route sets what this way leads to.</summary>
    public static bool IsElsewhere(Route route, IReadOnlyList<FieldSchema> way) =>
        way[0] == route.Body?.Field || route.Variables.Any(v => v.Way.SequenceEqual(way));

    private static MessageSchema Inside(FieldSchema field, string name) =>
        field is { IsMap: false, IsRepeated: false, Message: { Form: WellKnownForm.None } message }
            ? message
            : throw RpcException.Invalid(name, $"'{field.Descriptor.JsonName}' has no fields that a query could set");

    private static void RefuseElsewhere(Route route, List<FieldSchema> way, string name)
    {
        if (route.BodyIsAll) { throw RpcException.Invalid(name, $"{route} takes no query parameters; the body is the whole request"); }
        if (IsElsewhere(route, way))
        {
            string place = way[0] == route.Body?.Field ? "body" : "path";
            throw RpcException.Invalid(name, $"is set by the {place} of this request; leave it out of the query");
        }
    }

    private static void RefuseShape(FieldSchema field, string name)
    {
        if (IsText(field)) { return; }
        bool hasFields = field is { IsMap: false, IsRepeated: false, Message: { Form: WellKnownForm.None, Fields.Length: > 0 } };
        throw RpcException.Invalid(name, !hasFields
            ? "a query cannot set a field of this type"
            : $"is a message; set a field of it, such as {name}.{field.Message!.Fields[0].Descriptor.JsonName}");
    }

    private static void RefuseTwice(List<FieldSchema> way, string name, HashSet<string> seen)
    {
        string at = "";
        foreach (var field in way)
        {
            foreach (var sibling in field.OneofSiblings)
            {
                if (!seen.Contains($"{at}.{sibling.Name}")) { continue; }
                throw RpcException.Invalid(name, $"'{sibling.JsonName}' is set already, and only one of the two can be");
            }

            at = $"{at}.{field.Descriptor.Name}";
            if (!seen.Add(at) && field == way[^1] && !field.IsRepeated)
            {
                throw RpcException.Invalid(name, "stands in the query twice, and takes one value");
            }
        }
    }

    private static RpcException Unknown(Route route, string name)
    {
        var free = route.Request.Fields.Where(f => !route.BodyIsAll && !f.IsMap && !IsElsewhere(route, [f]));
        string known = string.Join(", ", free.Select(f => f.Descriptor.JsonName));
        string shown = ScalarText.Show(System.Text.Encoding.UTF8.GetBytes(name)).Trim('\'');
        return RpcException.Invalid(shown, $"no such query parameter; {route} takes {(known.Length == 0 ? "none" : known)}");
    }
}
