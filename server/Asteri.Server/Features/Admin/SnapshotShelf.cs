using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Asteri.Engine.Storage;
using Asteri.Rpc.Calls;
using Google.Rpc;

namespace Asteri.Server.Features.Admin;

/// <summary>
/// The snapshots in the configured directory. A snapshot is a directory, named by an id that the node makes up, and beside it <c>id.json</c>, its
/// label, which is written when the snapshot is whole: what has no label is no snapshot. No name from a request ever becomes a path.
/// </summary>
internal sealed class SnapshotShelf(string root, TimeProvider time) : IDisposable
{
    private const string IdFormat = "yyyyMMdd'-'HHmmss";
    private const string LabelExtension = ".json";
    private const int MaxRequestIdLength = 64;

    private readonly SemaphoreSlim _taking = new(1);

    /// <summary>The snapshots, oldest first.</summary>
    /// <exception cref="StoreException">Damaged: a label cannot be read.</exception>
    public IReadOnlyList<SnapshotLabel> List() => !Directory.Exists(root)
        ? []
        : [.. Directory.EnumerateFiles(root, "*" + LabelExtension)
            .Where(file => Directory.Exists(file[..^LabelExtension.Length]))
            .Select(ReadLabel)
            .OrderBy(l => l.CreatedAt).ThenBy(l => l.Id, StringComparer.Ordinal)];

    /// <summary>Makes a snapshot of the store, one at a time. A request id that has made one already gets that one.</summary>
    /// <exception cref="RpcException">ABORTED: one is being made; INVALID_ARGUMENT: the request id is too long.</exception>
    public async Task<SnapshotLabel> TakeAsync(Store store, string requestId, IProgress<SnapshotProgress> progress, CancellationToken cancellation)
    {
        if (requestId.Length > MaxRequestIdLength)
        {
            throw RpcException.Invalid("request_id", $"{requestId.Length} characters; the limit is {MaxRequestIdLength}.");
        }

        if (!await _taking.WaitAsync(TimeSpan.Zero, cancellation))
        {
            throw new RpcException(
                RpcCode.Aborted,
                "A snapshot is being made; try again when it is whole.",
                new ErrorInfo { Reason = "SNAPSHOT_RUNNING", Domain = "asteri" });
        }

        try
        {
            var known = requestId.Length == 0 ? null : List().FirstOrDefault(l => l.RequestId == requestId);
            return known ?? await TakeAloneAsync(store, requestId, progress, cancellation);
        }
        finally
        {
            _taking.Release();
        }
    }

    public void Dispose() => _taking.Dispose();

    private async Task<SnapshotLabel> TakeAloneAsync(
        Store store, string requestId, IProgress<SnapshotProgress> progress, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        string id = $"{now.ToString(IdFormat, CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        string directory = Path.Combine(root, id);
        // A snapshot holds everything: only the node's own user may look.
        Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var token = await store.SnapshotAsync(directory, progress, cancellation);
        long bytes = new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
        var label = new SnapshotLabel(id, now, bytes) { CommitToken = token.ToBytes(), RequestId = requestId };
        await WriteLabelAsync(label);
        return label;
    }

    private async Task WriteLabelAsync(SnapshotLabel label)
    {
        string whole = Path.Combine(root, label.Id + LabelExtension);
        string unfinished = whole + ".new";
        await using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
        {
            await JsonSerializer.SerializeAsync(file, label);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, whole);
    }

    private static SnapshotLabel ReadLabel(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<SnapshotLabel>(File.ReadAllBytes(file)) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new StoreException(
                StoreFault.Damaged, $"{file} is no label of a snapshot: {e.Message}. Remove it, or put it back from where it was copied.", e);
        }
    }
}
