using System.Buffers;
using System.Text;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Json.Messages;

namespace Asteri.Rpc.Json.Routes;

/// <summary>What a request's path and query set, written as the fields of its message. A fault names the variable or the parameter.</summary>
internal static class UrlBinding
{
    private const int MaxParameters = 1_000;

    /// <summary>Writes the fields that the path sets. <paramref name="path"/> is raw, and its verb is cut off.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: a value is not of its field's type.</exception>
    public static void WritePath(Route route, ReadOnlySpan<char> path, WireBuffer wire)
    {
        foreach (var variable in route.Variables)
        {
            var raw = Segments(path, variable.Variable, route.Template);
            bool isOne = variable.Variable.SegmentCount == 1 && !IsOpen(variable, route);
            WriteField(variable.Way, variable.Variable.FieldPath, new(raw, isOne ? UrlPart.Segment : UrlPart.Segments), wire);
        }
    }

    /// <summary>Writes the fields that the query sets.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: a parameter is unknown, there twice, or not of its field's type.</exception>
    public static void WriteQuery(Route route, ReadOnlySpan<char> query, WireBuffer wire)
    {
        if (query.IsEmpty) { return; }
        if (query.Count('&') >= MaxParameters) { throw RpcException.Invalid("query", $"more than {MaxParameters} parameters"); }
        var seen = new HashSet<string>();
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            if (parameter.IsEmpty) { continue; }
            int equals = parameter.IndexOf('=');
            string name = Name(equals < 0 ? parameter : parameter[..equals]);
            var way = QueryFields.Resolve(route, name, seen);
            WriteField(way, name, new(equals < 0 ? default : parameter[(equals + 1)..], UrlPart.Query), wire);
        }
    }

    private static bool IsOpen(BoundVariable variable, Route route) => route.Template.EndsOpen && variable == route.Variables[^1];

    private static ReadOnlySpan<char> Segments(ReadOnlySpan<char> path, PathVariable variable, PathTemplate template)
    {
        int start = 1;
        for (int i = 0; i < variable.FirstSegment; i++) { start += path[start..].IndexOf('/') + 1; }
        if (template.EndsOpen && variable.FirstSegment + variable.SegmentCount == template.Segments.Count) { return path[start..]; }
        int end = start;
        for (int i = 0; i < variable.SegmentCount; i++)
        {
            int slash = path[end..].IndexOf('/');
            end = slash < 0 ? path.Length + 1 : end + slash + 1;
        }

        return path[start..(end - 1)];
    }

    private static string Name(ReadOnlySpan<char> raw)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(raw.Length));
        int length = UrlText.Decode(raw, UrlPart.Query, bytes);
        string name = length < 0 ? "" : Encoding.UTF8.GetString(bytes, 0, length);
        ArrayPool<byte>.Shared.Return(bytes);
        if (length < 0) { throw RpcException.Invalid("query", $"the name {ScalarText.Show(raw)} has a broken percent-escape, or is not UTF-8"); }
        return name;
    }

    /// <summary>Writes one value inside the messages on the way to it; protobuf merges what several parameters set in the same message.</summary>
    private static void WriteField(IReadOnlyList<FieldSchema> way, string name, UrlValue value, WireBuffer wire)
    {
        Span<int> begins = stackalloc int[QueryFields.MaxDepth];
        for (int i = 0; i < way.Count - 1; i++)
        {
            wire.Tag(way[i]);
            begins[i] = wire.Begin();
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Raw.Length));
        try
        {
            int length = UrlText.Decode(value.Raw, value.Part, bytes);
            string? problem = length < 0
                ? $"{ScalarText.Show(value.Raw)} has a broken percent-escape, or is not UTF-8"
                : WriteValue(way[^1], bytes.AsSpan(0, length), wire);
            if (problem is not null) { throw RpcException.Invalid(name, problem); }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }

        for (int i = way.Count - 2; i >= 0; i--) { wire.End(begins[i]); }
    }

    private static string? WriteValue(FieldSchema field, ReadOnlySpan<byte> text, WireBuffer wire)
    {
        wire.Tag(field);
        if (field.Message is not { } message) { return ScalarText.Write(field, text, wire); }
        int begin = wire.Begin();
        string? problem = message.Form == WellKnownForm.Wrapper
            ? WriteValue(message.Fields[0], text, wire)
            : WellKnownText.Write(message.Form, text, wire);
        wire.End(begin);
        return problem;
    }

    private readonly ref struct UrlValue(ReadOnlySpan<char> raw, UrlPart part)
    {
        public ReadOnlySpan<char> Raw { get; } = raw;

        public UrlPart Part { get; } = part;
    }
}
