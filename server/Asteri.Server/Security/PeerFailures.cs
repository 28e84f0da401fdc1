using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Asteri.Server.Security;

/// <summary>
/// Counts failed attempts per peer: an IPv4 address, or the /64 of an IPv6 address, which is what one subscriber has. It guards the log and the
/// processor, not the keys: a secret of 256 bits is not guessed at any rate.
/// </summary>
internal sealed class PeerFailures(int perMinute) : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(
        peer => RateLimitPartition.GetSlidingWindowLimiter(peer, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = perMinute,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
            QueueLimit = 0,
        }));

    /// <summary>False when the peer has used up its failures; <paramref name="wait"/> then says when to come again, with jitter.</summary>
    public bool TryCount(string peer, out TimeSpan wait)
    {
        using var lease = _limiter.AttemptAcquire(PartitionOf(peer));
        wait = lease.IsAcquired ? TimeSpan.Zero : Wait * (1 + Random.Shared.NextDouble());
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();

    internal static string PartitionOf(string peer)
    {
        if (!IPEndPoint.TryParse(peer, out var end)) { return peer; }
        var address = end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address;
        return address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() : Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }
}
