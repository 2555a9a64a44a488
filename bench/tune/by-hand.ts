/** The commands that do by hand what tuning could not. Pure. */

export interface ByHand {
  setBack(memoryMegabytes: number, description: string): string;
  remove(version: string): string;
  showAlias(alias: string): string;
}

export function byHand(name: string, region: string): ByHand {
  const command = (verb: string, options: string) =>
    `aws lambda ${verb} --region ${region} --function-name ${name} ${options}`;
  return {
    setBack: (memoryMegabytes, description) =>
      command(
        'update-function-configuration',
        `--memory-size ${memoryMegabytes} --description ${shellQuoted(description)}`,
      ),
    remove: (version) => command('delete-function', `--qualifier ${version}`),
    showAlias: (alias) => command('get-alias', `--name ${alias}`),
  };
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
