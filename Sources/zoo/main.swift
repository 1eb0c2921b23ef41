import ZooCommands

ZooProgram().main()
