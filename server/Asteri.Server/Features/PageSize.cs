using Asteri.Rpc.Calls;

namespace Asteri.Server.Features;

/// <summary>How many items a page has, after AIP-158: none asked for is 100, more than 1,000 is 1,000.</summary>
internal static class PageSize
{
    public const int Default = 100;
    public const int Max = 1_000;

    /// <exception cref="RpcException">INVALID_ARGUMENT: it is negative.</exception>
    public static int Of(int asked) => asked switch
    {
        < 0 => throw RpcException.Invalid("page_size", $"{asked} is negative; ask for 1 to {Max}, or leave it out."),
        0 => Default,
        _ => Math.Min(asked, Max),
    };
}
