namespace Asteri.Bench.Serve;

/// <summary>One round: calls a second, and processor time and memory that client and server together took for one call.</summary>
internal sealed record EchoRound(double CallsPerSecond, double CpuMicroseconds, double AllocatedBytes);
