using System.Globalization;
using Asteri.Rpc.Calls;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Any = Google.Protobuf.WellKnownTypes.Any;

namespace Asteri.Rpc.Framing;

/// <summary>A status as headers: grpc-status, grpc-message and, for details, google.rpc.Status in grpc-status-details-bin.</summary>
internal static class StatusCodec
{
    /// <summary>Larger details are left out: a status must fit into the header block that peers accept (often 8 KiB).</summary>
    private const int MaxDetailsBytes = 4096;

    private static readonly string[] Codes =
        [.. Enum.GetValues<RpcCode>().Select(c => ((int)c).ToString(CultureInfo.InvariantCulture))];

    public static string CodeText(RpcCode code) => Codes[(int)code];

    /// <summary>The value of grpc-status-details-bin; null when there is nothing to say.</summary>
    public static string? DetailsText(RpcStatus status)
    {
        if (status.Details.Count == 0) { return null; }
        var wire = new Google.Rpc.Status { Code = (int)status.Code, Message = status.Message, Details = { status.Details } };
        return wire.CalculateSize() > MaxDetailsBytes ? null : HeaderCodec.EncodeBytes(wire.ToByteArray());
    }

    /// <summary>The status of a peer. Lenient: a code that nobody knows is UNKNOWN, details that are none are left out.</summary>
    public static RpcStatus Parse(string code, string? message, string? details)
    {
        bool known = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= (int)RpcCode.Unauthenticated;
        string text = message is null ? "" : StatusMessage.Decode(message);
        var status = known ? new RpcStatus((RpcCode)number, text) : new RpcStatus(RpcCode.Unknown, $"grpc-status '{code}' is no known code. {text}");
        return details is not null && HeaderCodec.DecodeBytes(details) is { } bytes ? status with { Details = ParseDetails(bytes) } : status;
    }

    private static RepeatedField<Any> ParseDetails(byte[] bytes)
    {
        try
        {
            return Google.Rpc.Status.Parser.ParseFrom(bytes).Details;
        }
        catch (InvalidProtocolBufferException)
        {
            return []; // The details explain a status; the status itself stands.
        }
    }
}
