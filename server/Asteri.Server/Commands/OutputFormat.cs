namespace Asteri.Server.Commands;

/// <summary>How data leaves a command.</summary>
internal enum OutputFormat
{
    Table,
    /// <summary>One array of objects.</summary>
    Json,
    /// <summary>One object a line.</summary>
    Jsonl,
    /// <summary>RFC 4180, with a line of names.</summary>
    Csv,
}
