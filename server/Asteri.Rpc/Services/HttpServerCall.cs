using System.Globalization;
using System.Net;
using Asteri.Rpc.Calls;
using Microsoft.AspNetCore.Http;

namespace Asteri.Rpc.Services;

/// <summary>
/// A call that came as an HTTP request, whatever its transport. What costs something (token, headers, peer) is made when it is first asked
/// for: most calls answer without ever waiting.
/// </summary>
internal abstract class HttpServerCall : ServerCall
{
    private readonly CancellationToken _stopping;
    private CancellationTokenSource? _cancellation;
    private Metadata? _requestHeaders;
    private bool _ended;

    /// <param name="context">The request.</param>
    /// <param name="method">What is called.</param>
    /// <param name="timeout">What the caller asks for; null: nothing. The method's limits cut it.</param>
    /// <param name="stopping">Ends when a stopping server has run out of patience.</param>
    protected HttpServerCall(HttpContext context, RpcMethod method, TimeSpan? timeout, CancellationToken stopping)
    {
        Context = context;
        Method = method;
        Deadline = Deadline.After(Deadline.Within(method.Limits, timeout));
        _stopping = stopping;
    }

    public HttpContext Context { get; }

    public Deadline Deadline { get; }

    public override RpcMethod Method { get; }

    public override TimeSpan Remaining => Deadline.Remaining;

    public override Metadata RequestHeaders => _requestHeaders ??= RequestMetadata.From(Context.Request.Headers);

    public override string RequestId => Context.TraceIdentifier;

    public override string Peer
    {
        get
        {
            var connection = Context.Connection;
            return connection.RemoteIpAddress is { } address
                ? new IPEndPoint(address, connection.RemotePort).ToString()
                : string.Create(CultureInfo.InvariantCulture, $"local:{connection.Id}");
        }
    }

    public override bool IsLoopback => Context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    public override CancellationToken Cancellation
    {
        get
        {
            if (_cancellation is { } made) { return Volatile.Read(ref _ended) ? new(canceled: true) : made.Token; }
            return Volatile.Read(ref _ended) ? new(canceled: true) : StartCancellation();
        }
    }

    /// <summary>True when the caller has cancelled or gone away.</summary>
    public bool IsAborted => Context.RequestAborted.IsCancellationRequested;

    /// <summary>True when the server has stopped waiting for its calls.</summary>
    public bool IsStopped => _stopping.IsCancellationRequested;

    /// <summary>True when the deadline is what ended, or ends, the call; a timer may fire a moment before the clock says so.</summary>
    public bool IsOverdue => Deadline.HasPassed
        || (Deadline.Exists && !IsAborted && !IsStopped && _cancellation is { IsCancellationRequested: true });

    /// <summary>Refuses to go on behind the deadline or for a caller that is gone.</summary>
    /// <exception cref="OperationCanceledException">The call has ended already.</exception>
    public void ThrowIfOver()
    {
        if (Deadline.HasPassed || _cancellation is { IsCancellationRequested: true }) { throw new OperationCanceledException(); }
    }

    /// <summary>The reply is written; whoever kept the token sees it as cancelled.</summary>
    public void End()
    {
        Volatile.Write(ref _ended, true);
        _cancellation?.Dispose();
    }

    private CancellationToken StartCancellation()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(Context.RequestAborted, _stopping);
        if (Interlocked.CompareExchange(ref _cancellation, source, null) is { } first)
        {
            source.Dispose();
            return first.Token;
        }

        if (Deadline.Exists)
        {
            if (Deadline.HasPassed) { source.Cancel(); }
            else { source.CancelAfter(Deadline.Remaining); }
        }

        return source.Token;
    }
}
