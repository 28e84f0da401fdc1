namespace Asteri.Rpc.Framing;

/// <summary>The words of gRPC over HTTP/2.</summary>
internal static class GrpcNames
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Details = "grpc-status-details-bin";
    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Gzip = "gzip";
    public const string Identity = "identity";

    /// <summary>What this side decodes, as it travels in grpc-accept-encoding.</summary>
    public const string Accepted = "identity,gzip";
}
