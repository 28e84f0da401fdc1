using System.Buffers;
using System.Text;

namespace Asteri.Rpc.Tests.Wire;

/// <summary>
/// HPACK (RFC 7541) in its plainest form: literals without index and without Huffman coding. The peer is told to keep no table, so that reading
/// needs none either; of the static table only ":status" is of interest.
/// </summary>
internal static class Hpack
{
    private const int FirstStatus = 8;
    private const int LastStatus = 14;

    private static readonly string[] Statuses = ["200", "204", "206", "304", "400", "404", "500"];

    public static byte[] Write(IEnumerable<(string Name, string Value)> headers)
    {
        var block = new ArrayBufferWriter<byte>();
        foreach (var (name, value) in headers)
        {
            block.Write([(byte)0]);
            WriteText(block, name);
            WriteText(block, value);
        }

        return block.WrittenSpan.ToArray();
    }

    public static List<(string Name, string Value)> Read(ReadOnlySpan<byte> block)
    {
        var headers = new List<(string, string)>();
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if ((first & 0x80) != 0)
            {
                int index = ReadInteger(ref block, 7);
                headers.Add(index is >= FirstStatus and <= LastStatus ? (":status", Statuses[index - FirstStatus]) : ($"#{index}", ""));
            }
            else if ((first & 0xe0) == 0x20) { ReadInteger(ref block, 5); }
            else
            {
                int index = ReadInteger(ref block, (first & 0xc0) == 0x40 ? 6 : 4);
                string name = index == 0 ? ReadText(ref block) : index is >= FirstStatus and <= LastStatus ? ":status" : $"#{index}";
                headers.Add((name, ReadText(ref block)));
            }
        }

        return headers;
    }

    private static void WriteText(ArrayBufferWriter<byte> block, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = bytes.Length;
        if (length < 127) { block.Write([(byte)length]); }
        else
        {
            block.Write([(byte)127]);
            for (length -= 127; length >= 128; length >>= 7) { block.Write([(byte)(length & 0x7f | 0x80)]); }
            block.Write([(byte)length]);
        }

        block.Write(bytes);
    }

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        if ((block[0] & 0x80) != 0) { throw new NotSupportedException("Huffman-coded text came; Kestrel was not known to send it."); }
        int length = ReadInteger(ref block, 7);
        string text = Encoding.UTF8.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    private static int ReadInteger(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        int most = (1 << prefixBits) - 1;
        int value = block[0] & most;
        block = block[1..];
        for (int shift = 0; value >= most; shift += 7)
        {
            byte next = block[0];
            block = block[1..];
            value += (next & 0x7f) << shift;
            if (next < 0x80) { break; }
        }

        return value;
    }
}
