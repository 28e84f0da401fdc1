namespace Asteri.Engine.Storage.Lanes;

/// <summary>A lane's place in its store: the lane, or why there is none.</summary>
internal sealed class LaneHolder : IAsyncDisposable
{
    private readonly LaneSeat _seat;
    private readonly string _refusal;
    private readonly Lane? _lane;

    private LaneHolder(LaneSeat seat, Lane? lane, string refusal) => (_seat, _lane, _refusal) = (seat, lane, refusal);

    public int Number => _seat.Number;

    public bool IsServing => _lane is not null;

    public LaneStatus Status => _lane?.Status ?? new LaneStatus(Number, LaneState.Refused, _refusal);

    /// <summary>Opens the lane. Whatever is wrong with it, the others must serve: it is refused, with the reason.</summary>
    public static LaneHolder Open(LaneSeat seat)
    {
        using var opening = new LaneOpening(seat);
        try
        {
            var (parts, log) = opening.Open();
            return new LaneHolder(seat, new Lane(parts, log), "");
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return new LaneHolder(seat, null, $"lane {seat.Number}: {error.Message}");
        }
    }

    /// <exception cref="StoreException">Damaged: the lane was refused.</exception>
    public Lane Get() => _lane ?? throw new StoreException(StoreFault.Damaged, _refusal);

    public ValueTask DisposeAsync() => _lane?.DisposeAsync() ?? default;
}
