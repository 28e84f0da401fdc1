namespace Asteri.Rpc.Json.Http;

/// <summary>Carries a refusal from the body's reader to the call, which remembers its HTTP status and throws its status on.</summary>
internal sealed class HttpRefusalException(HttpRefusal refusal) : Exception(refusal.Status.Message)
{
    public HttpRefusal Refusal { get; } = refusal;
}
