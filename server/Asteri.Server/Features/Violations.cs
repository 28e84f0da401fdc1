using Asteri.Rpc.Calls;
using Google.Rpc;

namespace Asteri.Server.Features;

/// <summary>What is wrong with a request: every field of it, in one reply. Collected first and thrown together, before anything is done.</summary>
internal sealed class Violations
{
    /// <summary>A hundred named faults are enough to find the cause; ten thousand would be a reply larger than the request.</summary>
    private const int MaxNamed = 100;

    private readonly List<BadRequest.Types.FieldViolation> _named = [];
    private int _count;

    public void Add(string field, string problem)
    {
        _count++;
        if (_named.Count < MaxNamed) { _named.Add(new() { Field = field, Description = problem }); }
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT with google.rpc.BadRequest, when there is any.</exception>
    public void ThrowIfAny()
    {
        if (_count == 0) { return; }
        string more = _count == 1 ? "" : $" (and {_count - 1} more)";
        throw new RpcException(
            RpcCode.InvalidArgument, $"{_named[0].Field}: {_named[0].Description}{more}", new BadRequest { FieldViolations = { _named } });
    }
}
