using System.Collections.Immutable;
using System.Text;

namespace Asteri.Engine.Crash.Plan;

/// <summary>A writer's entries: those under keys, and those appended, in order. Immutable.</summary>
internal sealed record WriterContent(ImmutableDictionary<string, byte[]> Entries, ImmutableList<byte[]> Appended)
{
    public static WriterContent Empty { get; } = new(ImmutableDictionary<string, byte[]>.Empty, []);

    public WriterContent With(IEnumerable<PlannedOp> ops)
    {
        var entries = Entries.ToBuilder();
        var appended = Appended.ToBuilder();
        foreach (var op in ops)
        {
            if (op.IsAppend)
                appended.Add(op.Value!);
            else if (op.Value is null)
                entries.Remove(NameOf(op.Key));
            else
                entries[NameOf(op.Key)] = op.Value;
        }

        return new WriterContent(entries.ToImmutable(), appended.ToImmutable());
    }

    public static string NameOf(ReadOnlySpan<byte> key) => Encoding.Latin1.GetString(key);
}
