using Asteri.Engine.Storage.Disk;
using FASTER.core;

namespace Asteri.Engine.Storage.Faster;

/// <summary>
/// Where FASTER keeps its checkpoints: one directory of ours at a time. FASTER calls from whatever thread happens to drive its state machine, a
/// reader's too, so nothing is written here but the index image (on pool threads); the metadata is kept until the checkpointer writes it.
/// </summary>
internal sealed class CheckpointImages(IDisk disk) : ICheckpointManager
{
    public const string IndexFile = "index";
    public const string IndexMetadataFile = "index.meta";
    public const string LogMetadataFile = "values.meta";

    private ImageDevice? _index;

    public byte[]? IndexMetadata { get; private set; }

    public byte[]? LogMetadata { get; private set; }

    /// <summary>What failed while FASTER wrote the index image; null when nothing did.</summary>
    public Exception? Error => _index?.Error;

    /// <summary>
    /// The next checkpoint is written into this directory, which is empty. The file is made here, because FASTER survives no exception in its own
    /// steps.
    /// </summary>
    public void WriteTo(string directory)
    {
        _index = new ImageDevice(disk.Open(Path.Combine(directory, IndexFile), DiskOpen.New));
        (IndexMetadata, LogMetadata) = (null, null);
    }

    /// <summary>Recovery reads from this directory, whose files have been verified.</summary>
    public void ReadFrom(string directory, byte[] indexMetadata, byte[] logMetadata)
    {
        _index = new ImageDevice(disk.Open(Path.Combine(directory, IndexFile), DiskOpen.Existing));
        (IndexMetadata, LogMetadata) = (indexMetadata, logMetadata);
    }

    public IDevice GetIndexDevice(Guid indexToken) => _index!;

    public void CommitIndexCheckpoint(Guid indexToken, byte[] commitMetadata) => IndexMetadata = commitMetadata;

    public void CommitLogCheckpoint(Guid logToken, byte[] commitMetadata) => LogMetadata = commitMetadata;

    public byte[] GetIndexCheckpointMetadata(Guid indexToken) => IndexMetadata!;

    public byte[] GetLogCheckpointMetadata(Guid logToken, DeltaLog deltaLog, bool scanDelta = false, long recoverTo = -1) => LogMetadata!;

    public void InitializeIndexCheckpoint(Guid indexToken)
    {
    }

    public void InitializeLogCheckpoint(Guid logToken)
    {
    }

    public void CheckpointVersionShift(long oldVersion, long newVersion)
    {
    }

    public void OnRecovery(Guid indexToken, Guid logToken)
    {
    }

    public void Purge(Guid token)
    {
    }

    public void PurgeAll()
    {
    }

    public IEnumerable<Guid> GetIndexCheckpointTokens() => [];

    public IEnumerable<Guid> GetLogCheckpointTokens() => [];

    public void CommitLogIncrementalCheckpoint(Guid logToken, long version, byte[] commitMetadata, DeltaLog deltaLog) =>
        throw new NotSupportedException("incremental checkpoints are not taken");

    public IDevice GetSnapshotLogDevice(Guid token) => throw new NotSupportedException("snapshot checkpoints are not taken");

    public IDevice GetSnapshotObjectLogDevice(Guid token) => throw new NotSupportedException("snapshot checkpoints are not taken");

    /// <summary>None: FASTER asks at every recovery.</summary>
    public IDevice GetDeltaLogDevice(Guid token) => null!;

    public void Dispose()
    {
    }
}
