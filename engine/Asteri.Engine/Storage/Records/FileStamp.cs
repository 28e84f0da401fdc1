namespace Asteri.Engine.Storage.Records;

/// <summary>What a file must be: its name below some directory, its size and the CRC32C of all its bytes.</summary>
internal readonly record struct FileStamp(string Name, long Bytes, uint Crc)
{
    private const int MaxNameChars = 255;

    /// <summary>
    /// True for a relative name of one or more parts of a-z, A-Z, 0-9, '.', '_' and '-' with '/' between them: nothing that leads out of its
    /// directory or has another meaning to a file system.
    /// </summary>
    public static bool IsName(string name) => name.Length is > 0 and <= MaxNameChars && name.Split('/').All(IsPart);

    private static bool IsPart(string part) =>
        part.Length > 0 && part is not ("." or "..") && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
}
