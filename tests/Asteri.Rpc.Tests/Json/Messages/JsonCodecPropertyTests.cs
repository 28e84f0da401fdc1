using System.Text.Json.Nodes;
using Asteri.Rpc.Tests.Protos;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Asteri.Rpc.Tests.Json.Messages;

/// <summary>Random messages against protobuf's own JSON formatter and parser, which are slow and plain: the oracle.</summary>
public sealed class JsonCodecPropertyTests
{
    private const int Rounds = 1_000;
    private static readonly TypeRegistry Types = TypeRegistry.FromFiles(KindsReflection.Descriptor);
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithTypeRegistry(Types));
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(Types));

    private readonly int _seed = int.TryParse(Environment.GetEnvironmentVariable("ASTERI_SEED"), out int given) ? given : Random.Shared.Next();

    [Fact]
    public void Write_RandomMessages_EqualsTheOracle() => ForEachMessage(message =>
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(Formatter.Format(message)), JsonNode.Parse(JsonCodec.Write(message))),
            "Another JSON than the oracle's."));

    [Fact]
    public void Read_OfTheOraclesText_IsTheMessage() => ForEachMessage(message => AssertSame(message, JsonCodec.Read(Formatter.Format(message))));

    [Fact]
    public void Read_OfWrittenText_IsTheMessage() => ForEachMessage(message => AssertSame(message, JsonCodec.Read(JsonCodec.Write(message))));

    [Fact]
    public void Write_ReadByTheOracle_IsTheMessage() => ForEachMessage(message => AssertSame(message, Parser.Parse<Kinds>(JsonCodec.Write(message))));

    /// <summary>Compares what is serialised, which tells NaN and -0 apart, and says only the first difference: the messages are long.</summary>
    private static void AssertSame(Kinds expected, Kinds actual)
    {
        var (wanted, found) = (expected.ToByteArray(), actual.ToByteArray());
        int at = wanted.AsSpan().CommonPrefixLength(found);
        Assert.True(
            at == wanted.Length && at == found.Length,
            $"At {at}: {Shown(wanted, at)} became {Shown(found, at)}");
    }

    private static string Shown(byte[] bytes, int at) => Convert.ToHexString(bytes.AsSpan(at, Math.Min(32, bytes.Length - at)));

    private void ForEachMessage(Action<Kinds> check)
    {
        var messages = new RandomMessages(_seed);
        for (int i = 0; i < Rounds; i++)
        {
            var message = messages.Next<Kinds>();
            try
            {
                check(message);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {_seed}, message {i}.", e);
            }
        }
    }
}
