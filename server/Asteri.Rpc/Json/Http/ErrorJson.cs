using System.Buffers;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Json.Messages;

namespace Asteri.Rpc.Json.Http;

/// <summary>
/// A status as JSON: {"error":{"code":3,"status":"INVALID_ARGUMENT","message":…,"details":[{"@type":…}]}}. "code" is google.rpc.Code's number, as
/// over gRPC; the HTTP status is in the HTTP status.
/// </summary>
internal static class ErrorJson
{
    public static void Write(RpcStatus status, JsonMessageWriter messages, IBufferWriter<byte> output)
    {
        using var json = JsonMessageWriter.CreateWriter(output);
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, (int)status.Code);
        json.WriteString("status"u8, HttpCodes.Word(status.Code));
        json.WriteString("message"u8, status.Message);
        json.WriteStartArray("details"u8);
        foreach (var detail in status.Details) { messages.WriteAny(detail.TypeUrl, detail.Value.Span, json); }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
    }
}
