using System.Collections.Concurrent;
using Asteri.Engine.Storage.Faster;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>What is wrong with a lane that serves, in words for its status and for those whose writes it refuses.</summary>
internal sealed class LaneHealth(int lane, IoFault fault)
{
    private readonly ConcurrentDictionary<string, string> _notes = new();
    private string _noSpace = "";

    public LaneState State => fault.IsPoisoned || Volatile.Read(ref _noSpace).Length > 0 ? LaneState.ReadOnly : LaneState.Healthy;

    /// <summary>Empty when there is nothing to say.</summary>
    public string Reason =>
        string.Join("; ", new[] { ReasonOfFault, Volatile.Read(ref _noSpace) }.Concat(_notes.Values).Where(text => text.Length > 0));

    private string ReasonOfFault => fault.First is { } error ? $"an I/O error: {error.Message}" : "";

    /// <summary>What a write is told when the lane is poisoned.</summary>
    public StoreException ReadOnly() => new(
        StoreFault.ReadOnly, $"lane {lane} takes no more writes until it is reopened, reads go on: {ReasonOfFault}", fault.First);

    /// <summary>The lane was full; writes find out by themselves when it no longer is.</summary>
    public void NoteRefusal(StoreException refusal)
    {
        if (refusal.Fault == StoreFault.OutOfSpace)
            Volatile.Write(ref _noSpace, refusal.Message);
    }

    public void NoteAccepted() => Volatile.Write(ref _noSpace, "");

    /// <summary>
    /// Something that does not stop writes but must be seen: damage that the scrub found, a checkpoint that failed. One note a subject; an empty one
    /// takes it back.
    /// </summary>
    public void Note(string subject, string text) => _notes[subject] = text;
}
