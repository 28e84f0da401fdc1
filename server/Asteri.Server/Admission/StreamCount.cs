namespace Asteri.Server.Admission;

/// <summary>
/// The open streams of one share. No tenant may hold more than three quarters of them, so that one who forgets to close his leaves room for others.
/// Thread-safe.
/// </summary>
internal sealed class StreamCount(int limit)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _byTenant = new(StringComparer.Ordinal);
    private int _open;

    public int Open => Volatile.Read(ref _open);

    public Refusal TryOpen(string tenant)
    {
        lock (_lock)
        {
            int own = _byTenant.GetValueOrDefault(tenant);
            if (_open >= limit) { return Refusal.Streams; }
            if (own >= Math.Max(1, limit * 3 / 4)) { return Refusal.TenantQuota; }
            _byTenant[tenant] = own + 1;
            _open++;
            return Refusal.None;
        }
    }

    public void Close(string tenant)
    {
        lock (_lock)
        {
            _open--;
            if (--_byTenant[tenant] == 0) { _byTenant.Remove(tenant); }
        }
    }
}
