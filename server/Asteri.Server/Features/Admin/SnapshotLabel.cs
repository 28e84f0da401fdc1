using Asteri.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Asteri.Server.Features.Admin;

/// <summary>What is known of a snapshot; the JSON file beside its directory.</summary>
internal sealed record SnapshotLabel(string Id, DateTimeOffset CreatedAt, long Bytes)
{
    public byte[] CommitToken { get; init; } = [];

    public string RequestId { get; init; } = "";

    public SnapshotInfo ToInfo() => new()
    {
        SnapshotId = Id,
        CreatedAt = CreatedAt.ToTimestamp(),
        Bytes = Bytes,
        CommitToken = ByteString.CopyFrom(CommitToken),
    };
}
