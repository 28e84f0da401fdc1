using System.CommandLine;
using Asteri.Bench.Serve;

var root = new RootCommand("The figures of Asteri Engine, each against its yardstick in the same run.") { EchoCommand.Build() };
return await root.Parse(args).InvokeAsync();
