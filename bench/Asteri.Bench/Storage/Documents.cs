using System.Buffers.Binary;

namespace Asteri.Bench.Storage;

/// <summary>The documents of all storage figures: 1 KiB under a key of eight bytes.</summary>
internal static class Documents
{
    public const int Bytes = 1024;
    public const int KeyBytes = 8;

    private static readonly byte[] Text = MakeText();

    public static void Fill(int number, Span<byte> document)
    {
        Text.AsSpan(number % 1024, document.Length).CopyTo(document);
        BinaryPrimitives.WriteInt32LittleEndian(document, number);
    }

    private static byte[] MakeText()
    {
        var text = new byte[2 * Bytes];
        new Random(1).NextBytes(text);
        return text;
    }
}
