using Asteri.Rpc.Json.Routes;

namespace Asteri.Rpc.Json.Http;

/// <summary>A request that has a route: both texts are raw, the path without its verb and the query without its '?'.</summary>
internal readonly record struct JsonRequest(Route Route, ReadOnlyMemory<char> PathText, ReadOnlyMemory<char> QueryText)
{
    public ReadOnlySpan<char> Path => PathText.Span;

    public ReadOnlySpan<char> Query => QueryText.Span;
}
