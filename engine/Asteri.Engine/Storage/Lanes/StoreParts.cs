using Asteri.Engine.Storage.Disk;
using Asteri.Engine.Storage.Manifest;
using Asteri.Engine.Storage.Records;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>What a store was opened with.</summary>
internal sealed record StoreParts(StoreOptions Options, IDisk Disk, StoreManifest Manifest, TimeProvider Time)
{
    public SlotMap Slots => Manifest.Slots;
}
