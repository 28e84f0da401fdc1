using Asteri.Engine.Storage.Records;
using FASTER.core;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// FASTER's callbacks. A record never changes once it is written: an upsert or a delete always adds a record at the tail. So readers need no lock and
/// can never see half of an update.
/// </summary>
internal sealed class ValueFunctions : FunctionsBase<SpanByte, SpanByte, SpanByte, ValueRead, Empty>
{
    public override bool SingleReader(ref SpanByte key, ref SpanByte input, ref SpanByte value, ref ValueRead dst, ref ReadInfo readInfo)
    {
        // The serialized form first: anything else is a damaged length field, and its span would be anywhere in memory.
        var isSpan = value.Serialized && value.MetadataSize == 0;
        if (isSpan && ValueEnvelope.TryOpen(value.AsReadOnlySpan(), key.AsReadOnlySpan(), out var seq, out var bytes))
            dst = new ValueRead { Seq = seq, Bytes = bytes.ToArray() };
        else
            dst = new ValueRead { IsDamaged = true };
        return true;
    }

    public override bool ConcurrentReader(ref SpanByte key, ref SpanByte input, ref SpanByte value, ref ValueRead dst, ref ReadInfo readInfo) =>
        SingleReader(ref key, ref input, ref value, ref dst, ref readInfo);

    public override bool SingleWriter(
        ref SpanByte key, ref SpanByte input, ref SpanByte src, ref SpanByte dst, ref ValueRead output, ref UpsertInfo upsertInfo, WriteReason reason)
    {
        src.CopyTo(ref dst);
        return true;
    }

    public override bool ConcurrentWriter(
        ref SpanByte key, ref SpanByte input, ref SpanByte src, ref SpanByte dst, ref ValueRead output, ref UpsertInfo upsertInfo) => false;

    public override bool SingleDeleter(ref SpanByte key, ref SpanByte value, ref DeleteInfo deleteInfo) => true;

    public override bool ConcurrentDeleter(ref SpanByte key, ref SpanByte value, ref DeleteInfo deleteInfo) => false;
}
