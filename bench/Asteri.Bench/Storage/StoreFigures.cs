namespace Asteri.Bench.Storage;

/// <summary>What <c>asteri-bench store</c> found, with the machine that it ran on.</summary>
internal sealed record StoreFigures(
    string Machine, string Runtime, IReadOnlyList<BatchFigure> Batches, LatencyFigure? OneClient, RecoveryFigure? Recovery);

/// <summary>Durable batches: documents a second of every round, both sides in turn.</summary>
internal sealed record BatchFigure(int Writers, int BatchDocuments, IReadOnlyList<BatchRound> Bare, IReadOnlyList<BatchRound> Asteri)
{
    public double BareMedian => Median(Bare.Select(round => round.DocumentsPerSecond));

    public double AsteriMedian => Median(Asteri.Select(round => round.DocumentsPerSecond));

    /// <summary>Processor time a document, in microseconds: what a busy machine blurs least.</summary>
    public double BareCpu => Median(Bare.Select(round => round.CpuMicroseconds));

    public double AsteriCpu => Median(Asteri.Select(round => round.CpuMicroseconds));

    /// <summary>Median over median; aim: 0.85 or more.</summary>
    public double Ratio => AsteriMedian / BareMedian;

    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}

/// <summary>One round of one side.</summary>
internal sealed record BatchRound(double DocumentsPerSecond, double CpuMicroseconds)
{
    public override string ToString() => $"{DocumentsPerSecond:N0} documents/s ({CpuMicroseconds:N1} µs of processor each)";
}

/// <summary>One client that writes one document at a time, against appending as many bytes to a file opened with O_SYNC; milliseconds.</summary>
internal sealed record LatencyFigure(double AppendP50, double AppendP99, double AsteriP50, double AsteriP99)
{
    /// <summary>Aim: 2.5 or less.</summary>
    public double Ratio => AsteriP50 / AppendP50;
}

/// <summary>A process killed after it wrote documents, and how long the store then takes until it serves.</summary>
internal sealed record RecoveryFigure(int Documents, double FillSeconds, double ReadySeconds, long Found);
