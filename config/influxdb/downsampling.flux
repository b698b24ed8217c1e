// Downsampling for InfluxDB 2: each minute of every series of lanewatch into a bucket that is kept for longer. Make the buckets and
// the task once:
//
//   influx bucket create --name lanewatch --retention 720h
//   influx bucket create --name lanewatch-minutes --retention 8760h
//   influx task create --file downsampling.flux
//
// The sink may write points late (an outage of the database, frames that an edge brings afterwards), so the task takes the last two
// hours each time: a minute that is written again is the same minute. Counts, extremes and sums are kept, so that no peak is lost and
// means of longer times are exact (sum ÷ count). After a longer outage run it once by hand with another start.

option task = {name: "lanewatch-minutes", every: 10m, offset: 1m}

minutes = (fn, figure) =>
    from(bucket: "lanewatch")
        |> range(start: -2h, stop: -1m)
        |> filter(fn: (r) => r._measurement =~ /^lanewatch_/ and r._measurement != "lanewatch_sink" and r._field == "value")
        |> aggregateWindow(every: 1m, fn: fn, createEmpty: false, timeSrc: "_start")
        |> map(fn: (r) => ({r with _field: figure, _value: float(v: r._value)}))
        |> to(bucket: "lanewatch-minutes")

minutes(fn: count, figure: "count")
minutes(fn: sum, figure: "sum")
minutes(fn: min, figure: "min")
minutes(fn: max, figure: "max")
