namespace Asteri.Engine.Storage.Records;

/// <summary>What a file must be: its name within its directory, its size and the CRC32C of all its bytes.</summary>
internal readonly record struct FileStamp(string Name, long Bytes, uint Crc);
