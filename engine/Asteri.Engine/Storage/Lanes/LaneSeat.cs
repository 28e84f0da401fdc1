using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>Where a lane stands in its store, known before the lane is opened.</summary>
internal sealed record LaneSeat(int Number, Guid StoreId, LanePaths Paths, IDisk Disk, StoreOptions Options, SpaceWatch Space, TimeProvider Time);
