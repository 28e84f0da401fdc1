using Asteri.Engine.Storage.Disk;

namespace Asteri.Engine.Storage.Lanes;

/// <summary>A lane's place in its store: the lane, or why there is none.</summary>
internal sealed class LaneHolder : IAsyncDisposable
{
    private readonly LaneSeat _seat;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Occupant _occupant;
    private bool _closed;

    private LaneHolder(LaneSeat seat, Occupant occupant) => (_seat, _occupant) = (seat, occupant);

    public int Number => _seat.Number;

    public bool IsServing => _occupant.Lane is not null;

    public LaneStatus Status => _occupant is { Lane: { } lane } ? lane.Status : new LaneStatus(Number, LaneState.Refused, _occupant.Refusal.Message);

    /// <summary>Opens the lane. Whatever is wrong with it, the others must serve: it is refused, with the reason.</summary>
    public static LaneHolder Open(LaneSeat seat) => new(seat, OpenLane(seat));

    /// <exception cref="StoreException">There is no lane now.</exception>
    public Lane Get() => _occupant is { Lane: { } lane } ? lane : throw new StoreException(_occupant.Refusal.Fault, _occupant.Refusal.Message);

    /// <summary>
    /// Closes the lane and opens it again: what was committed and not applied is applied, and an I/O error is forgotten if it does not come again.
    /// </summary>
    public async Task ReopenAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_closed)
                throw new StoreException(StoreFault.Closed, "the store is closed");
            var old = _occupant.Lane;
            _occupant = new Occupant(null, new StoreException(StoreFault.ReadOnly, $"lane {Number} is being reopened; try again a little later"));
            if (old is not null)
                await old.DisposeAsync().ConfigureAwait(false);
            _occupant = await Task.Run(() => OpenLane(_seat)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _closed = true;
            if (_occupant.Lane is { } lane)
                await lane.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            // Released, not disposed: whoever waits to reopen the lane must be told.
            _turn.Release();
        }
    }

    private static Occupant OpenLane(LaneSeat seat)
    {
        using var opening = new LaneOpening(seat);
        try
        {
            var (parts, log) = opening.Open();
            return new Occupant(new Lane(parts, log), NoRefusal);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return new Occupant(null, new StoreException(FaultOf(error), $"lane {seat.Number} is refused: {error.Message}", error));
        }
    }

    private static StoreFault FaultOf(Exception error) => error switch
    {
        StoreException known => known.Fault,
        DiskFullException => StoreFault.OutOfSpace,
        // Missing is damage: the manifest says that it must be there.
        IOException and not FileNotFoundException => StoreFault.ReadOnly,
        _ => StoreFault.Damaged,
    };

    private static readonly StoreException NoRefusal = new(StoreFault.Closed, "");

    private sealed record Occupant(Lane? Lane, StoreException Refusal);
}
