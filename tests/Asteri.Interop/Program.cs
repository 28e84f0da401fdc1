using System.CommandLine;
using Asteri.Interop.Commands;

RootCommand root = new("gRPC's interop cases: our server and client against stock peers.")
{
    ServeCommand.Create(),
    ClientCommand.Create(),
    MatrixCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
