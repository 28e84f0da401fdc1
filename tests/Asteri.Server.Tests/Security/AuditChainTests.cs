using System.Security.Cryptography;
using Asteri.Server.Security;
using Asteri.Server.Tests.Support;

namespace Asteri.Server.Tests.Security;

public sealed class AuditChainTests
{
    private static readonly Pepper Pepper = new(RandomNumberGenerator.GetBytes(32));

    public static TheoryData<int> SomeSeeds => Seeds.Some;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    public void Verify_UntouchedChain_IsWhole(int count)
    {
        var (head, entries) = Chain(count);

        Assert.Null(AuditChain.Verify(Pepper, head, entries));
        Assert.Equal(Enumerable.Range(1, count), entries.Select(e => (int)AuditChain.Read(e).Number));
    }

    [Theory]
    [MemberData(nameof(SomeSeeds))]
    public void Verify_AnyOneTampering_IsFound(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            var (head, entries) = Chain(random.Next(2, 12));
            string what = Tamper(random, entries);

            Assert.True(AuditChain.Verify(Pepper, head, entries) is not null, $"{what} was not found");
        }
    }

    [Fact]
    public void Verify_EndCutOff_SaysSo()
    {
        var (head, entries) = Chain(5);

        Assert.Contains("cut off", AuditChain.Verify(Pepper, head, entries[..4]), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_UnderAnotherPepper_NamesTheFirstEntry()
    {
        var (head, entries) = Chain(3);

        Assert.StartsWith(
            "Audit entry 1:",
            AuditChain.Verify(new Pepper(RandomNumberGenerator.GetBytes(32)), head, entries),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Head_AnyOneBitFlipped_IsRefused()
    {
        byte[] bytes = Chain(3).Head.Write(Pepper);
        Assert.Equal(3, AuditHead.Read(bytes, Pepper)?.Count);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(AuditHead.Read(flipped, Pepper));
        }
    }

    [Fact]
    public void Head_ForgedFromAnEarlierEntry_IsRefused()
    {
        var (_, entries) = Chain(3);
        byte[] forged = new byte[8 + 64];
        forged[0] = 2;
        entries[1].AsSpan(0, 32).CopyTo(forged.AsSpan(8));

        Assert.Null(AuditHead.Read(forged, Pepper));
    }

    private static (AuditHead Head, List<byte[]> Entries) Chain(int count)
    {
        var head = AuditHead.Empty;
        var entries = new List<byte[]>();
        for (int i = 1; i <= count; i++)
        {
            byte[] stored = AuditChain.Add(
                Pepper,
                head,
                new(i, DateTimeOffset.UnixEpoch.AddMinutes(i), "0123456789ab", "acme", "key.create") { Target = $"target {i}", Result = "ok" });
            head = AuditChain.After(head, stored);
            entries.Add(stored);
        }

        return (head, entries);
    }

    private static string Tamper(Random random, List<byte[]> entries)
    {
        int at = random.Next(entries.Count), other = random.Next(entries.Count);
        switch (random.Next(5))
        {
            case 0:
                entries[at] = [.. entries[at]];
                entries[at][random.Next(entries[at].Length)] ^= (byte)(1 << random.Next(8));
                return $"a flipped bit in entry {at}";
            case 1:
                entries.RemoveAt(at);
                return $"entry {at} removed";
            case 2:
                entries.Insert(at, entries[other]);
                return $"entry {other} added again at {at}";
            case 3:
                entries[at] = entries[at][..random.Next(entries[at].Length)];
                return $"entry {at} shortened";
            default:
                other = (at + 1) % entries.Count;
                (entries[at], entries[other]) = (entries[other], entries[at]);
                return $"entries {at} and {other} swapped";
        }
    }
}
