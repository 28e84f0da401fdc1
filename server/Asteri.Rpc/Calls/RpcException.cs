using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Asteri.Rpc.Calls;

/// <summary>A call that did not end well. Thrown by handlers to say how, and by the client side to report it.</summary>
public sealed class RpcException : Exception
{
    public RpcException(RpcStatus status, Exception? inner = null)
        : base(status.Message, inner) => Status = status;

    public RpcException(RpcCode code, string message, params ReadOnlySpan<Google.Protobuf.IMessage> details)
        : this(new RpcStatus(code, message) { Details = Pack(details) })
    {
    }

    /// <summary>Code, message and details, as they travel.</summary>
    public RpcStatus Status { get; }

    /// <summary>Headers or trailers that came, or shall go, with the status.</summary>
    public Metadata Trailers { get; init; } = new();

    /// <summary>INVALID_ARGUMENT that names one field and what is wrong with it.</summary>
    public static RpcException Invalid(string field, string problem) =>
        new(RpcCode.InvalidArgument, $"{field}: {problem}", new BadRequest
        {
            FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = problem } },
        });

    /// <summary>A refusal that is worth another try after a while.</summary>
    public static RpcException RetryAfter(RpcCode code, string message, TimeSpan delay, string reason) =>
        new(code, message, new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }, new ErrorInfo { Reason = reason, Domain = "asteri" });

    /// <summary>The detail of this type, or null.</summary>
    public TDetail? Detail<TDetail>()
        where TDetail : class, Google.Protobuf.IMessage<TDetail>, new()
    {
        MessageDescriptor descriptor = new TDetail().Descriptor;
        foreach (var any in Status.Details)
        {
            if (any.Is(descriptor)) { return any.Unpack<TDetail>(); }
        }

        return null;
    }

    private static Any[] Pack(ReadOnlySpan<Google.Protobuf.IMessage> details)
    {
        var packed = new Any[details.Length];
        for (int i = 0; i < details.Length; i++) { packed[i] = Any.Pack(details[i]); }
        return packed;
    }
}
