using System.Collections.Concurrent;
using System.Text;
using Asteri.Rpc.Calls;
using Asteri.Rpc.Tests.Wire;

namespace Asteri.Rpc.Tests.Fuzz;

/// <summary>Counts how mutated requests ended, and keeps what should not have happened.</summary>
internal sealed class FuzzTally
{
    private readonly ConcurrentDictionary<string, int> _ends = new();
    private int _total;

    /// <summary>Ends that no mutation excuses; the first ones, in words.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    public int Total => Volatile.Read(ref _total);

    public void Add(FuzzKind kind, RawReply reply)
    {
        string end = kind == FuzzKind.Reset ? "by the client" : EndOf(reply);
        Interlocked.Increment(ref _total);
        _ends.AddOrUpdate($"{kind,-15} {end}", 1, (_, count) => count + 1);
        if (!IsPrecise(reply, kind) && Faults.Count < 20) { Faults.Enqueue($"{kind}: {reply}"); }
    }

    public void AddBroken(string attack, int requests, string end)
    {
        Interlocked.Add(ref _total, requests);
        _ends.AddOrUpdate($"{attack,-15} {end}", requests, (_, count) => count + requests);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (end, count) in _ends.OrderBy(e => e.Key, StringComparer.Ordinal)) { text.Append(null, $"{count,9:N0}  {end}\n"); }
        return text.ToString();
    }

    private static string EndOf(RawReply reply) =>
        IsByTheBook(reply) ? "Internal, as the specification says"
        : reply.GrpcStatus is { } status ? ((RpcCode)status).ToString()
        : reply.HttpStatus != 0 ? $"HTTP {reply.HttpStatus}"
        : reply.Reset is { } reset ? $"reset {reset}" : "connection closed";

    /// <summary>The one INTERNAL that gRPC's specification demands: a compressed flag without an encoding.</summary>
    private static bool IsByTheBook(RawReply reply) =>
        reply.GrpcStatus == (int)RpcCode.Internal && reply.Message.Contains("has the compressed flag", StringComparison.Ordinal);

    /// <summary>A status that says what is wrong, or HTTP's own refusal.</summary>
    private static bool IsPrecise(RawReply reply, FuzzKind kind) => reply.GrpcStatus switch
    {
        (int)RpcCode.Ok or (int)RpcCode.InvalidArgument or (int)RpcCode.ResourceExhausted or (int)RpcCode.Unimplemented
            or (int)RpcCode.DeadlineExceeded => true,
        (int)RpcCode.Internal => IsByTheBook(reply),
        null => reply.HttpStatus is 404 or 415 or 400 || (reply.HttpStatus == 0 && reply.Reset is 1) || kind == FuzzKind.Reset,
        _ => false,
    };
}
