using FASTER.core;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// Stands where FasterLog keeps its commits. FasterLog's own manager reports commits that were never written and recovers from ones that are damaged,
/// and it would write on a pool thread, a hop later. Here the writer of the lane writes the commit itself (<see cref="CommitSlots"/>, two slots), and
/// FasterLog is only told at the start where its log ends.
/// </summary>
internal sealed class SlotCommitManager(long beginAddress, long untilAddress) : ILogCommitManager
{
    private const long RecoveredCommit = 1;

    public IEnumerable<long> ListCommits() => [RecoveredCommit];

    public byte[] GetCommitMetadata(long commitNum) =>
        new FasterLogRecoveryInfo { BeginAddress = beginAddress, UntilAddress = untilAddress, CommitNum = RecoveredCommit }.ToByteArray();

    public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata)
    {
    }

    public void RemoveCommit(long commitNum)
    {
    }

    public void RemoveAllCommits()
    {
    }

    public void OnRecovery(long commitNum)
    {
    }

    public void Dispose()
    {
    }
}
