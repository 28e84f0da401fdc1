namespace Asteri.Bench.Serve;

/// <summary>One round: calls a second, and processor time of client and server together for one call.</summary>
internal sealed record EchoRound(double CallsPerSecond, double CpuMicroseconds);
