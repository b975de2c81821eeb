using BenchmarkDotNet.Running;
using Prosodia.Benchmarks;

// dotnet run -c Release --project benchmarks/Prosodia.Benchmarks -- --filter '*'
// dotnet run -c Release --project benchmarks/Prosodia.Benchmarks -- growth acoustic emodb.csv 1500 15000 150000
if (args is ["growth", ..])
    Growth.Run(args[1..]);
else
    BenchmarkSwitcher.FromAssembly(typeof(InnerLoops).Assembly).Run(args);
