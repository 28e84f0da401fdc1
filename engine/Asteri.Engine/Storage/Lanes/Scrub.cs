using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>
/// Reads everything of a lane again and again in the background, slowly, so that damage is found while there is still something to restore from:
/// every entry of the key directory, as a reader would, and every file of the checkpoint. A damaged checkpoint is replaced by a new one; damaged
/// entries are named in the lane's status.
/// </summary>
/// <param name="lane">The lane's parts.</param>
/// <param name="reader">Reads as everybody does.</param>
/// <param name="bytesPerSecond">How fast; 0: as fast as it can.</param>
internal sealed class Scrub(LaneParts lane, Lane reader, long bytesPerSecond)
{
    private const string ValuesSubject = "values";
    private const string CheckpointSubject = "checkpoint file";
    private const int StepBytes = 256 << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private long _sinceStep;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Pause, lane.Time, cancellation).ConfigureAwait(false);
            await PassAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Reads everything once.</summary>
    public async Task PassAsync(CancellationToken cancellation)
    {
        await CheckFilesAsync(cancellation).ConfigureAwait(false);
        var (damaged, first) = (0L, "");
        for (var keys = lane.Keys.View.Scan(); keys.MoveNext();)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var value = reader.Read(keys.Key);
                _sinceStep += keys.Key.Length + ValueEnvelope.HeaderBytes + (value?.Bytes.Length ?? 0);
            }
            catch (StoreException error) when (error.Fault == StoreFault.Damaged)
            {
                first = damaged++ == 0 ? error.Message : first;
                lane.Health.Note(ValuesSubject, $"{damaged} damaged entries, the first: {first}");
            }

            if (_sinceStep >= StepBytes)
                await StepAsync(cancellation).ConfigureAwait(false);
        }

        if (damaged == 0)
            lane.Health.Note(ValuesSubject, "");
    }

    private async Task CheckFilesAsync(CancellationToken cancellation)
    {
        var manifest = lane.Manifest.Current;
        foreach (var stamp in manifest.Files)
        {
            if (!IsRight(stamp))
            {
                if (lane.Manifest.Current == manifest)
                    await ReplaceAsync(stamp).ConfigureAwait(false);
                // Otherwise a newer checkpoint has taken its place.
                return;
            }

            _sinceStep += stamp.Bytes;
            await StepAsync(cancellation).ConfigureAwait(false);
        }

        lane.Health.Note(CheckpointSubject, "");
    }

    private bool IsRight(FileStamp stamp)
    {
        try
        {
            return Checkpointer.StampOf(lane.Disk, Path.Combine(lane.Paths.Directory, stamp.Name), stamp.Name) == stamp;
        }
        catch (IOException)
        {
            // Missing, or the disk cannot read it any more: that is how most damage shows itself.
            return false;
        }
    }

    private async Task ReplaceAsync(FileStamp stamp)
    {
        lane.Health.Note(CheckpointSubject, $"'{stamp.Name}' is not what the checkpoint wrote; a new checkpoint replaces it");
        try
        {
            await reader.CheckpointAsync().ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Why is among the lane's notes already; the next pass tries again.
        }
    }

    /// <summary>Waits as long as reading so much may take.</summary>
    private async Task StepAsync(CancellationToken cancellation)
    {
        if (bytesPerSecond > 0)
            await Task.Delay(TimeSpan.FromSeconds((double)_sinceStep / bytesPerSecond), lane.Time, cancellation).ConfigureAwait(false);
        _sinceStep = 0;
    }
}
