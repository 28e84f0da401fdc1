using System.Buffers;
using System.Text;
using Asteri.Rpc.Json.Messages;
using Asteri.Rpc.Tests.Protos;

namespace Asteri.Rpc.Tests.Json.Messages;

/// <summary>The reader and the writer without routes around them.</summary>
internal static class JsonCodec
{
    private static readonly SchemaSet Set = new([KindsReflection.Descriptor]);
    private static readonly MessageSchema Schema = Set.Get(Kinds.Descriptor);

    public static Kinds Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    public static Kinds Read(byte[] json)
    {
        using var wire = new WireBuffer();
        JsonMessageReader.Read(json, new(Set, Schema, null, []), wire);
        return Kinds.Parser.ParseFrom(wire.Written);
    }

    public static string Write(Kinds message)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = JsonMessageWriter.CreateWriter(output);
        new JsonMessageWriter(Set).Write(message, Schema, null, json);
        json.Flush();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
