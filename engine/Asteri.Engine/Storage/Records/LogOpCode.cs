namespace Asteri.Engine.Storage.Records;

/// <summary>What an operation does. The numbers are on disk.</summary>
internal enum LogOpCode : byte
{
    Put = 1,
    Delete = 2,
    Append = 3,
}
