using System.CommandLine;
using System.Text.Json;
using Asteri.Interop.Cases;
using Asteri.Rpc.Client;

namespace Asteri.Interop.Commands;

/// <summary><c>client --target host:port --case NAME|all [--json]</c>: the published cases with our client.</summary>
internal static class ClientCommand
{
    public static Command Create()
    {
        Option<string> target = new("--target") { Required = true, Description = "host:port of a server of grpc.testing.TestService." };
        Option<string> name = new("--case") { DefaultValueFactory = _ => "all", Description = "A case's name, or all." };
        Option<bool> json = new("--json") { Description = "One JSON line a case." };
        Command command = new("client", "Run the interop cases against a server.") { target, name, json };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(target), parsed.GetRequiredValue(name), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> RunAsync(string target, string name, bool json)
    {
        IReadOnlyList<InteropCase> cases = name == "all" ? InteropCase.Common : InteropCase.Find(name) is { } one ? [one] : [];
        if (cases.Count == 0)
        {
            var known = InteropCase.Common.Concat(InteropCase.WithoutProbe).Select(c => c.Name);
            Console.Error.WriteLine($"Unknown case '{name}'; there are: {string.Join(", ", known)}.");
            return 2;
        }

        using RpcChannel channel = new(new Uri($"http://{target}"));
        int failed = 0;
        foreach (var test in cases)
        {
            var result = await test.RunAsync(channel);
            if (!result.HasPassed) { failed++; }
            var line = $"{result.Outcome,-7} {result.Case,-30} {result.Ms,8:F1} ms  {result.Detail}".TrimEnd();
            Console.WriteLine(json ? JsonSerializer.Serialize(result) : line);
        }

        return failed == 0 ? 0 : 1;
    }
}
