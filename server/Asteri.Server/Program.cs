using Asteri.Server.Commands;

using var signals = new StopSignals();
return (int)await AsteriCommand.RunAsync(args, Terminal.OfProcess(), signals.Stop);
