using System.Net;
using System.Threading.Channels;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Services;
using Google.Protobuf;

namespace Asteri.Rpc.Tests.Builtin;

/// <summary>Runs one method without a network: messages go in and come out as objects.</summary>
internal sealed class DirectCall<TRequest, TResponse> : ICallTransport, IAsyncDisposable
    where TRequest : class, IMessage<TRequest>, new()
    where TResponse : class, IMessage<TResponse>, new()
{
    private readonly Channel<TRequest> _requests = Channel.CreateUnbounded<TRequest>();
    private readonly Channel<TResponse> _responses = Channel.CreateUnbounded<TResponse>();
    private readonly CancellationTokenSource _cancelled = new();
    private readonly Task _served;

    public DirectCall(RpcService service, string method) => _served = ServeAsync(service.Methods.Single(m => m.Descriptor.Name == method));

    public void Send(TRequest request) => Assert.True(_requests.Writer.TryWrite(request));

    public void Complete() => _requests.Writer.Complete();

    /// <summary>The next response, or the exception with which the call ended.</summary>
    public async Task<TResponse> ReceiveAsync()
    {
        bool more = await _responses.Reader.WaitToReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        return more && _responses.Reader.TryRead(out var response)
            ? response
            : throw new InvalidOperationException("The call ended without another response.");
    }

    /// <summary>True while no response waits and the call has not ended.</summary>
    public bool IsQuiet => _responses.Reader.Count == 0 && !_served.IsCompleted;

    public async Task EndAsync() => await _served.WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        await _cancelled.CancelAsync();
        await _served.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _cancelled.Dispose();
    }

    async ValueTask<T?> ICallTransport.ReadAsync<T>()
        where T : class =>
        await _requests.Reader.WaitToReadAsync(_cancelled.Token) && _requests.Reader.TryRead(out var request) ? (T)(object)request : null;

    ValueTask ICallTransport.WriteAsync<T>(T message) => _responses.Writer.WriteAsync((TResponse)(object)message, _cancelled.Token);

    private async Task ServeAsync(RpcMethod method)
    {
        try
        {
            await method.ServeAsync(new Call(method, _cancelled.Token), this);
            _responses.Writer.Complete();
        }
        catch (Exception e)
        {
            _responses.Writer.Complete(e);
            throw;
        }
    }

    private sealed class Call(RpcMethod method, CancellationToken cancellation) : ServerCall
    {
        public override RpcMethod Method => method;

        public override Metadata RequestHeaders { get; } = new();

        public override CancellationToken Cancellation => cancellation;

        public override TimeSpan Remaining => Timeout.InfiniteTimeSpan;

        public override string Peer => IPAddress.Loopback.ToString();

        public override bool IsLoopback => true;

        public override string RequestId => "direct";
    }
}
