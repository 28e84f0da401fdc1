using Asteri.Rpc.Calls;

namespace Asteri.Interop.Cases;

/// <summary>What a case asserts.</summary>
internal static class Expect
{
    public static void Equal<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) { throw new CaseFailedException($"{what}: expected {expected}, got {actual}."); }
    }

    public static void Sequence<T>(string what, IEnumerable<T> expected, IEnumerable<T> actual) =>
        Equal(what, string.Join(", ", expected), string.Join(", ", actual));

    /// <summary>The call ends with this status.</summary>
    public static async Task<RpcStatus> StatusAsync(RpcCode code, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException error)
        {
            Equal($"status (message '{error.Status.Message}')", code, error.Status.Code);
            return error.Status;
        }

        throw new CaseFailedException($"status: expected {code}, got Ok.");
    }
}
