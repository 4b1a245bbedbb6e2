// A line for each path that changed, for the bench.
const chokidar = require('chokidar');
chokidar
  .watch(process.argv[2], { ignoreInitial: true })
  .on('ready', () => console.log('ready'))
  .on('all', (kind, path) => console.log(path));
