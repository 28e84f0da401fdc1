namespace Asteri.Rpc.Json.Http;

/// <summary>The words of the JSON API.</summary>
internal static class JsonNames
{
    public const string Json = "application/json";

    /// <summary>One JSON document a line: what streams, in either direction.</summary>
    public const string Lines = "application/x-ndjson";

    /// <summary>
    /// Names a request, in and out: 1 to 64 of letters, digits and ". _ : -". Another is given to requests that bring none or a malformed one.
    /// </summary>
    public const string RequestId = "x-request-id";

    /// <summary>The deadline of a request, as whole milliseconds from now.</summary>
    public const string Timeout = "x-timeout-ms";

    public const string Gzip = "gzip";

    public const string OpenApiPath = "/openapi.json";
}
