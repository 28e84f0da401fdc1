namespace Asteri.Engine.Storage.Records;

/// <summary>What a log record says of its operations. A batch that fits one record is both first and last part.</summary>
internal readonly record struct LogRecordHeader
{
    public required bool IsFirst { get; init; }

    public required bool IsLast { get; init; }

    /// <summary>Seq of the record's first operation; the others follow without a gap.</summary>
    public required ulong FirstSeq { get; init; }

    public required uint OpCount { get; init; }

    /// <summary>Number of the part within its batch, from 0.</summary>
    public required uint Part { get; init; }

    /// <summary>Counts the times that the lane was opened for writing.</summary>
    public required ulong Epoch { get; init; }

    public required RequestId Request { get; init; }

    /// <summary>CRC32C over the operations of the whole batch in this lane: a request id that comes with another one has been reused.</summary>
    public required uint BatchCrc { get; init; }

    public ulong LastSeq => FirstSeq + OpCount - 1;
}
