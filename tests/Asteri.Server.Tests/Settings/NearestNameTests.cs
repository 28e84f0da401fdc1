using Asteri.Server.Settings;

namespace Asteri.Server.Tests.Settings;

public sealed class NearestNameTests
{
    private static readonly string[] Names = ["Server:HttpPort", "Server:GrpcPort", "Storage:Directory"];

    [Theory]
    [InlineData("Server:HttpPort", "Server:HttpPort")]
    [InlineData("server:httpprot", "Server:HttpPort")]
    [InlineData("Sever:GrpcPort", "Server:GrpcPort")]
    [InlineData("Storage:Dir", null)]
    [InlineData("Storage:Directoy", "Storage:Directory")]
    [InlineData("x", null)]
    public void Find_MistypedName_SuggestsTheNearest(string name, string? expected) => Assert.Equal(expected, NearestName.Find(name, Names));

    [Fact]
    public void Find_NoCandidates_IsNull() => Assert.Null(NearestName.Find("x", []));
}
