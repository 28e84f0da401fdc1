using System.CommandLine;
using Asteri.Bench.Serve;
using Asteri.Bench.Storage;

var root = new RootCommand("The figures of Asteri Engine, each against its yardstick in the same run.")
{
    EchoCommand.Build(),
    StoreCommand.Build(),
    StoreCommand.BuildFill(),
};
return await root.Parse(args).InvokeAsync();
