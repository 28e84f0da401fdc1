using System.Globalization;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>Where a lane's files lie.</summary>
internal sealed class LanePaths(string storeDirectory, int lane)
{
    public string Directory { get; } = Path.Combine(storeDirectory, NameOf(lane));

    public string Log => Path.Combine(Directory, "log");

    public string Values => Path.Combine(Directory, "values");

    public string Checkpoints => Path.Combine(Directory, "checkpoints");

    public static string NameOf(int lane) => string.Create(CultureInfo.InvariantCulture, $"lane-{lane:D3}");

    public static string CheckpointName(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    public string Checkpoint(ulong number) => Path.Combine(Checkpoints, CheckpointName(number));
}
